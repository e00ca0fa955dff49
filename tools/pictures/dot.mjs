// Lays a graph out: Graphviz's language on standard input, SVG on standard output. Graphviz is the one of @viz-js/viz.
import { instance } from "@viz-js/viz";
import { readFileSync } from "node:fs";

const viz = await instance();
process.stdout.write(viz.renderString(readFileSync(0, "utf8"), { format: "svg" }));
