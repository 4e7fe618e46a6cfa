/**
 * Owns the address of the tab: what it names is opened once, when the page is loaded with it or when it changes; after that it
 * follows what the person does, in the same entry of the browser's history.
 */

import { readAddress, writeAddress } from "./address.js";
import { experimentOf } from "./opening.js";

/** @typedef {import("./state.js").State} State */

const KEY = "boundary-lab/address";
const FOLLOW_DELAY_MS = 400;
/** What the address tells of. */
const FIELDS = /** @type {const} */ (["document", "dataset", "datasetCount", "noise", "datasetSeed", "datasetClasses", "catalogue", "look", "hiddenControls"]);

/**
 * @typedef {object} Bar the tab's address, as the browser has it
 * @property {() => string} read the fragment without `#`
 * @property {(fragment: string) => void} replace
 */

/**
 * @param {object} parts
 * @param {import("./state_manager.js").Store} parts.store
 * @param {(read: import("./address.js").ReadAddress) => Promise<void>} parts.open
 * @param {(read: import("./address.js").ReadAddress) => void} parts.dress shows at once what needs no server, so that what is hidden is never seen
 * @param {Bar} parts.bar
 * @param {import("./storage.js").TabStorage} parts.storage
 * @param {import("./socket.js").Clock} parts.clock
 */
export function createAddressBar({ store, open, dress, bar, storage, clock }) {
  /** What the address would be for the state that it was opened for: until that changes, a foreign address stays as it is. */
  let shown = "";
  let begun = false;
  let opening = false;
  let opened = Promise.resolve();
  let dragging = false;
  /** @type {unknown} */
  let timer = null;

  const isLive = () => store.get().phase.name === "live";
  const written = () => writeAddress(experimentOf(store.get())).fragment;
  /** Whether the address is another than the one that this tab has shown last: then somebody wants to open it. */
  const isNew = () => bar.read() !== "" && bar.read() !== storage.getItem(KEY);

  /** One after the other: an address that comes while another is being opened waits for it. */
  function openAddress() {
    opened = opened.then(async () => {
      if (!isNew()) return;
      opening = true;
      const fragment = bar.read();
      storage.setItem(KEY, fragment);
      try {
        await open(readAddress(fragment));
        // What the connection did not take goes to the next one.
        if (!isLive()) storage.setItem(KEY, "");
      } finally {
        opening = false;
        shown = written();
      }
    });
    return opened;
  }

  function follow() {
    timer = null;
    if (opening || dragging) return;
    const fragment = written();
    if (fragment === shown) return;
    shown = fragment;
    storage.setItem(KEY, fragment);
    bar.replace(fragment);
  }

  function followSoon() {
    if (!begun || dragging) return;
    if (timer !== null) clock.clearTimer(timer);
    timer = clock.setTimer(follow, FOLLOW_DELAY_MS);
  }

  store.subscribe((state, before) => {
    if (FIELDS.some((field) => state[field] !== before[field])) followSoon();
  });

  if (isNew()) dress(readAddress(bar.read()));
  return {
    /** The session is there: opens the address, unless it is the one that this tab has shown last. */
    async begin() {
      begun = true;
      await openAddress();
      followSoon();
    },
    /** The address was changed by hand, or by going back. Without a session it waits for one. */
    async changed() {
      if (begun && isLive()) await openAddress();
    },
    /** @param {boolean} underWay while a person drags, the address waits */
    setDragging(underWay) {
      dragging = underWay;
      if (!underWay) followSoon();
    },
  };
}
