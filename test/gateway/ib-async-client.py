"""What a program written on ib_async or ib_insync does against the gateway: prints what came of it as JSON.

Usage: ib-async-client.py PORT, with the folder of the package in PYTHONPATH.
"""

import json
import logging
import sys

try:
    import ib_async as ibx
except ImportError:
    import ib_insync as ibx

complaints = []


class Complaints(logging.Handler):
    """Whatever the client logs at a level of warning: its decoder logs what it cannot read."""

    def emit(self, record):
        complaints.append(self.format(record))


logging.getLogger(ibx.__name__).addHandler(Complaints(logging.WARNING))

ib = ibx.IB()
codes = []
ib.errorEvent += lambda request, code, text, contract: codes.append([code, text])
ib.connect("127.0.0.1", int(sys.argv[1]), clientId=7, timeout=10)
told = {"package": ibx.__name__, "version": ib.client.serverVersion(), "accounts": ib.managedAccounts()}
told["values"] = len(ib.accountValues()) > 30
told["cash"] = next(one.value for one in ib.accountValues() if one.tag == "TotalCashValue" and one.currency == "USD")
told["time"] = ib.reqCurrentTime().isoformat()[:14]

(contract,) = ib.qualifyContracts(ibx.Stock("SYN1", "SMART", "USD"))
(details,) = ib.reqContractDetails(contract)
told["contract"] = [contract.conId > 0, contract.primaryExchange, details.timeZoneId, details.minTick]
bars = ib.reqHistoricalData(contract, "", "2 D", "1 min", "TRADES", True, 2)
told["bars"] = len(bars) > 390
told["head"] = ib.reqHeadTimeStamp(contract, "TRADES", True, 2).isoformat()
told["ticks"] = len(ib.reqHistoricalTicks(contract, bars[0].date, "", 10, "TRADES", True))

ticker = ib.reqMktData(contract)
ib.waitOnUpdate(timeout=5)
while not (ticker.bid > 0 and ticker.ask > 0):
    ib.waitOnUpdate(timeout=5)
told["quote"] = ticker.bid > 0 and ticker.ask > 0

state = ib.whatIfOrder(contract, ibx.MarketOrder("BUY", 100))
told["what if"] = float(state.initMarginChange) > 0

trade = ib.placeOrder(contract, ibx.MarketOrder("BUY", 100))
while not trade.isDone():
    ib.waitOnUpdate(timeout=10)
told["market order"] = [trade.orderStatus.status, trade.filled(), len(trade.fills)]
ib.sleep(0.2)
told["commission"] = trade.fills[0].commissionReport.commission
told["position"] = [(one.contract.symbol, one.position) for one in ib.positions()]

bracket = ib.bracketOrder("BUY", 50, round(ticker.bid * 0.5, 2), round(ticker.bid * 2, 2), round(ticker.bid * 0.4, 2))
trades = [ib.placeOrder(contract, order) for order in bracket]
ib.sleep(0.5)
told["bracket"] = [[one.order.orderType, one.orderStatus.status, one.orderStatus.whyHeld] for one in trades]
bracket.parent.lmtPrice = round(ticker.bid * 0.6, 2)
ib.placeOrder(contract, bracket.parent)
ib.sleep(0.3)
told["changed"] = [one.order.lmtPrice == bracket.parent.lmtPrice for one in ib.reqAllOpenOrders()][:1]
ib.cancelOrder(bracket.parent)
while not all(one.isDone() for one in trades):
    ib.waitOnUpdate(timeout=10)
told["cancelled"] = [one.orderStatus.status for one in trades]
told["completed"] = sorted(one.orderStatus.status for one in ib.reqCompletedOrders(False))
told["executions"] = len(ib.reqExecutions())
ib.cancelMktData(contract)
ib.disconnect()

told["codes"] = sorted({code for code, _ in codes if code not in (2104, 2106, 2158)})
# It also logs the errors of requests, and those are among the codes.
told["complaints"] = [one for one in complaints if not one.startswith("Error 202,")]
print(json.dumps(told))
