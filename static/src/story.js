// The page of an experiment: only its panel Share has work for a script.

import { wire } from "./share.js";

wire(/** @type {HTMLElement} */ (document.querySelector("[data-share]")), () => ({}));
