/**
 * Every word of the page, in English. Another language is other files of this shape, chosen in `words.js`. What is shown beside a
 * control is its name; what begins with `explain` is the one sentence that tells what it does.
 */

import { addressWords } from "./address_en.js";
import { dataWords } from "./data_en.js";
import { networkWords } from "./network_en.js";
import { pageWords } from "./page_en.js";
import { runFilesWords } from "./run_files_en.js";
import { runWords } from "./run_en.js";

export const en = Object.freeze({ ...dataWords, ...networkWords, ...runWords, ...runFilesWords, ...pageWords, ...addressWords });
