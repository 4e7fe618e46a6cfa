/** The words of the pages around the lab, in English: the door, and the page for the projector. */
export const en = Object.freeze({
  door: Object.freeze({
    title: "This class needs its link",
    sentence: "Open the link or scan the QR code that your teacher shows. Or type the class code here.",
    code: "Class code",
    enter: "Enter",
    wrong: "That is not the code of this class. Mind the letters and the dashes.",
    entering: "Opening the lab …",
  }),
  classroom: Object.freeze({
    open: "Open in a browser",
    code: "Class code",
    picture: "QR code of the link",
    noClass: "Start the server with --class, and the link for your class is shown here.",
    noNetwork: "This computer is in no local network. Connect it to the Wi-Fi of the class: the link then appears here.",
    lost: "The server does not answer. This page tries again by itself.",
    connected: (/** @type {number} */ count) => (count === 1 ? "person is in" : "people are in"),
  }),
});
