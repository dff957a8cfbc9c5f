import { LEAST_VERSION, MOST_VERSION } from "../../brokers/tws/connection/link.js";
import { isPaperAccount } from "../ladder/launch.js";
import type { Step } from "./step.js";

/** Notices say how the farms are; which there are, and when they say so, is not the same twice. */
const FARM_NOTICES = ["farm-ok", "notice"];

export const SESSION_STEPS: readonly Step[] = [
  {
    name: "connection",
    relies: "TWS greets in a version that is read, and tells the accounts and the next order id",
    run: async (walk, sight) => {
      const { connection } = walk;
      const { serverVersion, accounts } = connection;
      sight.look(
        walk.greeting.filter(({ kind }) => ["managedAccounts", "nextValidId", "info"].includes(kind)),
        {
          optional: (name) => FARM_NOTICES.some((kind) => name === `info ${kind}`),
          anyOrder: (label) => label.startsWith("info"),
        },
      );
      sight.fact("a version that is read", serverVersion >= LEAST_VERSION && serverVersion <= MOST_VERSION);
      sight.fact("accounts are told", accounts.length > 0);
      sight.fact("they are paper accounts", accounts.every(isPaperAccount));
    },
  },
  {
    name: "time",
    relies: "TWS tells its time, in whole seconds, when it is asked",
    run: async (walk, sight) => {
      const told = (): boolean => walk.ear.told("currentTime", 0).length > 0;
      await walk.until(told);
      sight.look(walk.ear.since(0).filter(({ kind }) => kind === "currentTime"));
    },
  },
];
