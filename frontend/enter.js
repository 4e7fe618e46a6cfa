/** Takes the token out of the address once it is in the cookie; what stands behind # stays. */

import { fillDoorWords } from "./door_words.js";

fillDoorWords(document);
const address = new URL(location.href);
address.search = "";
location.replace(address);
