// The page of an experiment: its panel Share, and its figures by keyboard and as tables.

import { readFigures } from "./reader.js";
import { wire } from "./share.js";

wire(/** @type {HTMLElement} */ (document.querySelector("[data-share]")), () => ({}));
readFigures();
