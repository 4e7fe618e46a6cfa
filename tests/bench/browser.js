/* Before the page's own scripts: times what the page does with each binary frame. */
(() => {
  const MAP = 1;
  const none = () => ({ mapMs: [], tileMs: [], mapSides: [] });
  const figures = none();
  window.takeFigures = () => {
    const taken = structuredClone(figures);
    Object.assign(figures, none());
    return taken;
  };
  /** Of frames that are not acknowledged yet: their kind and how long decoding took, by seq. */
  const waiting = new Map();
  /** The frames that the callback which runs now has acknowledged. */
  let acknowledged = [];

  /** Tells the trace that the callback that runs now has to do with a map. */
  const mark = () => {
    performance.mark("map");
    performance.clearMarks();
  };

  window.WebSocket = class extends WebSocket {
    set onmessage(hear) {
      super.onmessage = hear && ((event) => {
        if (!(event.data instanceof ArrayBuffer)) {
          hear(event);
          return;
        }
        const header = new DataView(event.data);
        const kind = header.getUint8(1);
        const began = performance.now();
        hear(event);
        waiting.set(header.getUint32(8, true), { kind, ms: performance.now() - began });
        if (kind === MAP) mark();
        const side = header.getUint16(4, true);
        if (kind === MAP && !figures.mapSides.includes(side)) figures.mapSides.push(side);
      });
    }

    send(text) {
      const message = JSON.parse(text);
      if (message.type === "ACK") acknowledged.push(message.seq);
      super.send(text);
    }
  };

  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (run) => ask((time) => {
    acknowledged = [];
    const began = performance.now();
    run(time);
    const ms = performance.now() - began;
    for (const seq of acknowledged) {
      const frame = waiting.get(seq);
      waiting.delete(seq);
      if (frame) figures[frame.kind === MAP ? "mapMs" : "tileMs"].push(frame.ms + ms);
      if (frame?.kind === MAP) mark();
    }
  });
})();
