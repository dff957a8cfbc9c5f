/**
 * A fill as a broker reports it. One object of the broker's, written anew for each fill: a number that crosses a call
 * the compiler does not inline would be allocated. The engine reads it at once and keeps nothing of it.
 */
export class FillReport {
  order = -1;
  /** Units, above zero. */
  quantity = Number.NaN;
  /** In the instrument's currency, slippage included. */
  price = Number.NaN;
  /** In the instrument's currency. */
  fee = Number.NaN;
  /** What slippage cost inside the price, in the instrument's currency. */
  slippage = Number.NaN;
  /** The bar it happened in, as a row of the instrument's finest series; -1 where no bar matched. */
  row = -1;
  /** When it happened, epoch ms UTC. */
  time = Number.NaN;
}
