import { type ErrorDetails, type ErrorTable, SeatrialError } from "../core/errors.js";

export const CLI_ERRORS = {
  COMMAND_UNKNOWN: {
    sentence: 'There is no command "{name}".',
    remedy: "{hint}Commands are {commands}.",
  },
  ARGUMENT_MISSING: {
    sentence: "`seatrial {command}` needs {what}.",
    remedy: "`seatrial {command} --help` shows what it takes.",
  },
  ARGUMENT_EXTRA: {
    sentence: '"{text}" is one argument too many.',
    remedy: "`seatrial {command} --help` shows what the command takes; put quotes around a path with spaces.",
  },
  FLAG_UNKNOWN: {
    sentence: "There is no flag {flag}.",
    remedy: "{hint}",
  },
  FLAG_TWICE: {
    sentence: "{flag} is given twice.",
    remedy: "Leave one of the two out.",
  },
  FLAG_VALUE: {
    sentence: "{flag} is {value}; it must be {rule}.",
    remedy: "{hint}",
  },
  FLAG_POINTLESS: {
    sentence: "{flag} says {what}, and {data} is none.",
    remedy: "Leave the flag out, or {otherwise}.",
  },
  FLAG_MISSING: {
    sentence: "{what} needs {flag} beside it.",
    remedy: "Give both.",
  },
  ORDER_SIDE: {
    sentence: "`seatrial whatif` asks about one order, and {problem}.",
    remedy: "Give --buy or --sell with a quantity, as in `seatrial whatif SPY --buy 100`.",
  },
  ORDER_UNITS: {
    sentence: "{symbol} is traded in {steps}, and {quantity} does not fit.",
    remedy: "Ask about {below}, which is the next below.",
  },
  FLAGS_EXCLUSIVE: {
    sentence: "{first} and {second} are two things.",
    remedy: "Give one of the two, and the other in a command of its own.",
  },
  PORTS_TWO: {
    sentence: "{first} and {second} both name a port.",
    remedy: "Leave one of the two out.",
  },
  TWS_NOWHERE: {
    sentence: "No TWS and no IB Gateway listens on {host} at {ports}.",
    remedy: "Start one and log in, or name its port with --port; `seatrial doctor` finds out what is in the way.",
  },
  TWS_SEVERAL: {
    sentence: "More than one listens on {host}: {ports}.",
    remedy: "Say which one is meant, as in {flag}.",
  },
  NUMBER_OF_MANY: {
    sentence: "--number says which contract one symbol is, and there are several: {symbols}.",
    remedy: "Name one symbol.",
  },
  STRATEGY_UNNAMED: {
    sentence: "No strategy is named.",
    remedy: "Name its file, as in `seatrial {example}`, or one in the configuration.",
  },
  INSTRUMENTS_UNNAMED: {
    sentence: "Nothing is named that could be traded.",
    remedy: "Name symbols with --symbols, or as symbols under {mode} in the configuration.",
  },
  BAR_SIZE_UNNAMED: {
    sentence: "No size of bars is named.",
    remedy: "Name it with --bar, such as --bar 5min, or as bar under {mode} in the configuration.",
  },
  DATA_UNNAMED: {
    sentence: "No data is named.",
    remedy: "Begin with the bundled prices, --data sample, or name a file, as in --data SPY=prices/spy.csv.",
  },
  RUN_WITHOUT_CONFIG: {
    sentence: 'There is no configuration that could have the run "{run}".',
    remedy: "Write a seatrial.config.ts in this folder, or name one with --config.",
  },
  NAME_INVALID: {
    sentence: '"{name}" cannot be the name of a strategy.',
    remedy: "Use letters, digits and hyphens, a letter first, as in opening-range.",
  },
  FILE_IN_THE_WAY: {
    sentence: "{file} is there already, and nothing is overwritten.",
    remedy: "Choose another name, or move that file away.",
  },
  FILE_UNWRITABLE: {
    sentence: "{file} cannot be written: {reason}.",
    remedy: "Name another place, or make room and rights in this one.",
  },
  SYMBOL_OF_MANY: {
    sentence: "--symbol names one instrument, and there are {count} files.",
    remedy: "Import them one by one, or write the symbol in front of each, as in SPY=prices.csv.",
  },
  ROWS_BAD: {
    sentence: "Nothing was imported, for {rows} of {files} cannot be right.",
    remedy: "Correct them, or give --skip-bad to import the others.",
  },
  SERIES_SEVERAL: {
    sentence: "Of {symbol} there are several series: {series}.",
    remedy: "Say which with --bar, --what, --hours and --adjustment.",
  },
  REMOVAL_UNCONFIRMED: {
    sentence: "This would remove {what}.",
    remedy: "Give --yes to do it; it cannot be undone.",
  },
  ENDED_EARLY: {
    sentence: "The process was ended before the command was done.",
    remedy: "A strategy or a configuration has called process.exit, or awaits what never comes: remove that.",
  },
  FETCH_INTERRUPTED: {
    sentence: "Interrupted; what had been answered by then is stored.",
    remedy: "The same command goes on from there.",
  },
  START_INTERRUPTED: {
    sentence: "Interrupted while {name} was starting: its strategy has not run.",
    remedy: "{next}",
  },
  STRATEGY_INTERRUPTED: {
    sentence: "Interrupted in the first handler of the strategy: {name} was ended where it stood.",
    remedy: "{next}",
  },
  INTERRUPTED: {
    sentence: "Interrupted; nothing was written.",
    remedy: "",
  },
} as const satisfies ErrorTable;

/** A command line that cannot be meant, or a command that could not do what it says. */
export class CliError extends SeatrialError {
  constructor(code: keyof typeof CLI_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(CLI_ERRORS, code, details, cause);
  }
}
