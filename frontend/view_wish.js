/** Owns what the server is told about what the page shows: only what has changed, and everything anew to a new connection. */

/** @typedef {Omit<import("./protocol.js").ViewMessage, "type">} ViewWish */

/**
 * @param {{tell: (message: import("./protocol.js").ViewMessage) => void}} connection does nothing while there is no connection
 * @param {ViewWish} initial
 */
export function createViewer(connection, initial) {
  /** @type {ViewWish} */
  let wished = initial;
  return {
    /** A session has begun: it knows nothing of the wish. */
    tellAll: () => connection.tell({ type: "VIEW", ...wished }),
    /** @param {ViewWish} change */
    wish(change) {
      const fields = /** @type {(keyof ViewWish)[]} */ (Object.keys(change));
      const changed = fields.filter((field) => JSON.stringify(change[field]) !== JSON.stringify(wished[field]));
      if (changed.length === 0) return;
      wished = { ...wished, ...change };
      connection.tell({ type: "VIEW", ...Object.fromEntries(changed.map((field) => [field, change[field]])) });
    },
  };
}
