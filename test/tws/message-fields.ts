/** The fields of messages as TWS sends them at version 178, written out for tests. */
type Fields = (string | number)[];

/** What a test says of a contract; the rest is as of SYN1. */
export interface SaidContract {
  readonly conId?: number;
  readonly symbol?: string;
  readonly secType?: string;
  readonly lastTradeDate?: string;
  readonly exchange?: string;
  readonly currency?: string;
  readonly primary?: string;
  readonly minTick?: number;
  readonly exchanges?: string;
  readonly rules?: string;
  readonly name?: string;
}

export function contractDetailsFields(request: string, said: SaidContract = {}): Fields {
  const symbol = said.symbol ?? "SYN1";
  return [
    10,
    request,
    ...[symbol, said.secType ?? "STK", said.lastTradeDate ?? "", 0, "", said.exchange ?? "SMART"],
    ...[said.currency ?? "USD", symbol, symbol, symbol, said.conId ?? 4711, said.minTick ?? 0.01],
    ...["", "LMT,MKT", said.exchanges ?? "SMART,NASDAQ", 1, 0, said.name ?? "SYNTHETIC ONE"],
    ...[said.primary ?? "NASDAQ", "", "", "", "", "US/Eastern"],
    ...["20260109:0400-20260109:2000;20260110:CLOSED", "20260109:0930-20260109:1600;20260110:CLOSED"],
    ...["", 0, 0, 1, "", "", said.rules ?? "26,32", "", "COMMON", 1, 1, 100],
  ];
}

/** The eleven fields of a contract in an answer. */
function contract(conId: number, symbol: string): Fields {
  return [conId, symbol, "STK", "", 0, "", "", "SMART", "USD", symbol, symbol];
}

export function positionFields(conId: number, symbol: string, quantity: number): Fields {
  return [61, 3, "DU1234567", ...contract(conId, symbol), quantity, 100];
}

export function executionFields(request: string | number, execId: string, shares = 100): Fields {
  return [
    ...[11, request, 5, ...contract(1, "A"), execId, "20260105-15:00:00", "DU1234567", "NYSE", "BOT", shares, 10.5],
    ...[77, 7, 0, shares, 10.5, "mine", "", 0, "", 1, 0],
  ];
}

/** 135 fields, nearly all of them empty. */
export function openOrderFields(orderId: number, permId: number): Fields {
  const none = "1.7976931348623157E308";
  const fields: Fields = new Array<string | number>(135).fill("");
  const put = (at: number, ...values: Fields): void => void fields.splice(at, values.length, ...values);
  put(0, 5, orderId, ...contract(1, "A"), "BUY", 100, "LMT", 10.5, 0, "DAY", "", "DU1234567", "", 0, "mine", 7, permId);
  put(26, 0, 0, 0);
  put(39, 0, "", -1, 0);
  put(49, 0, 0, 0);
  put(57, 0, 0);
  put(61, "None", "", 0, "", "", "", "?", 0, 0, "", 0);
  put(78, 0, 0, 0);
  put(85, 0);
  put(88, 0, 0);
  put(91, 0, 0, "Submitted");
  put(94, ...new Array<string>(12).fill(none));
  put(108, 0, 0, 0, "None");
  put(123, 0, 0, 0, 0);
  put(129, 0);
  return fields;
}
