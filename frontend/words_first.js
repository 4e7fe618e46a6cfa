/** Runs before everything else of the page, so that no part of it is ever seen without its words. */

import { fillWords } from "./views/words_in_page.js";

fillWords(document);
