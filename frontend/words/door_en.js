/** The words of the pages around the lab, in English: the door, that of a name which nobody knows, and the page for the projector. */
export const en = Object.freeze({
  door: Object.freeze({
    title: "This lab needs its link",
    sentence: "Open the link or scan the QR code that you were given or that stands on the wall. Or type the code here.",
    code: "Code",
    enter: "Enter",
    wrong: "That is not the code. Compare it with the one that you were given: it may have changed since.",
    entering: "Opening the lab …",
  }),
  foreignName: Object.freeze({
    title: "The lab does not know this name",
    sentence: (/** @type {string} */ name) => `Nobody has told it that it is called ${name}, and it answers only to names that it knows. Open the address that the terminal showed when the server was started, or that stands on the wall.`,
    owner: "Is the server yours, and the name right? Then start it with",
    option: (/** @type {string} */ name) => `--allowed-hosts ${name}`,
  }),
  classroom: Object.freeze({
    open: "Open in a browser",
    code: "Class code",
    picture: "QR code of the link",
    noClass: "Start the server with --class, and the link for your class is shown here.",
    noNetwork: "This computer is in no local network. Connect it to the Wi-Fi of the class: the link then appears here.",
    changed: "The code has changed since the server was started again. Open the new address for the projector, from the terminal.",
    lost: "The server does not answer. This page tries again by itself.",
    connected: (/** @type {number} */ count) => (count === 1 ? "person is in" : "people are in"),
    away: (/** @type {number} */ count) => `\u00b7 ${count} just gone`,
  }),
});
