import { defaultRules, type GatewayOptions } from "../brokers/gateway/gateway-options.js";
import { feesByName } from "../brokers/sim/fees-by-name.js";
import { marginByName } from "../brokers/sim/margin.js";
import type { RunSettings } from "../config/config.js";

/** What a configuration and the flags that it shares with a backtest say of the accounts. */
export function accountSettings(settings: RunSettings): Pick<GatewayOptions, "funds" | "rules" | "seed"> {
  const { cash, baseCurrency, rates, fees, account, seed } = settings;
  const rules = (): ReturnType<typeof defaultRules> => ({
    ...defaultRules(),
    ...(fees !== undefined && { fees: feesByName(fees) }),
    ...(account?.margin !== undefined && { margin: marginByName(account.margin) }),
  });
  rules();
  return {
    rules,
    funds: {
      ...(cash !== undefined && { cash }),
      ...(baseCurrency !== undefined && { currency: baseCurrency }),
      ...(rates !== undefined && { rates }),
    },
    ...(seed !== undefined && { seed }),
  };
}
