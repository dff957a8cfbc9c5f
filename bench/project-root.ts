import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the project; this module runs as dist/bench/project-root.js. */
export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
