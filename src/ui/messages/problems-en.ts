import type { ProblemCatalogue } from './problems.ts';

/** English. */
export const problems: ProblemCatalogue = {
  'insecure-page': {
    what: 'The browser gives no camera to a page without encryption.',
    next: 'Open this page with https in front of its address, or as localhost on the computer that serves it.',
  },
  'camera-denied': {
    what: 'This page may not use the camera.',
    next: 'Tap the sign beside the page’s address, allow camera and microphone, and choose the camera again.',
  },
  'camera-missing': {
    what: 'No camera was found.',
    next: 'Plug one in, or show your screen or a film instead.',
  },
  'camera-in-use': {
    what: 'Another program is using the camera.',
    next: 'Close it, a video call for instance, and choose the camera again.',
  },
  'microphone-denied': {
    what: 'This page may not use the microphone, so nobody will hear you.',
    next: 'Tap the sign beside the page’s address, allow the microphone, and choose it again.',
  },
  'microphone-missing': {
    what: 'No microphone was found, so nobody will hear you.',
    next: 'Plug one in and choose it in the list. The show works without it, too.',
  },
  'screen-denied': {
    what: 'The screen is not being shared.',
    next: 'Choose Screen again and pick what your viewers may see.',
  },
  'screen-unsupported': {
    what: 'This browser can’t share the screen.',
    next: 'Use the camera here, or share the screen from a computer.',
  },
  'file-unreadable': {
    what: 'This browser can’t play that file.',
    next: 'Choose a video, best an MP4 or WebM file.',
  },
  'picture-unreadable': {
    what: 'This browser can’t read that picture.',
    next: 'Choose another one, a photo in JPEG for instance, or show the product without a picture.',
  },
  'source-ended': {
    what: 'The picture has stopped: the film is over, the shared window closed or the camera unplugged.',
    next: 'Choose what to show next. Your viewers are still there.',
  },
  'no-encoder': {
    what: 'This browser can watch shows but not send one.',
    next: 'Open this page in a current Chrome, Edge or Safari, or in Firefox on a computer.',
  },
  'encoder-slow': {
    what: 'This device can hardly keep up, so some pictures are left out.',
    next: 'Choose a lower quality, or close other programs.',
  },
  'uplink-low': {
    what: 'Your connection is tight at the moment, so the picture is a little coarser.',
    next: 'Go nearer to the router if you can. The quality returns by itself.',
  },
  'crowd-short': {
    what: 'Your viewers’ connections can’t pass on more at the moment, so the picture is coarser for everybody.',
    next: 'Nothing to do: viewers on fast Wi-Fi or fibre help, and the quality returns by itself.',
  },
  'door-unreachable': {
    what: 'New viewers can’t come in at the moment. Whoever is watching goes on watching.',
    next: 'Check the connection to the Internet. We keep trying.',
  },
  'door-fallback': {
    what: 'The usual meeting point doesn’t answer, so another one is used.',
    next: 'There is nothing to do. Joining may take a little longer.',
  },
  'devices-apart': {
    what: 'Somebody has opened your link, and their device can’t reach yours.',
    next: 'A Wi-Fi for guests often keeps devices apart. Use another one, a phone’s hotspot, or a cable to the router.',
  },
  'host-apart': {
    what: 'The host is there, but your device can’t reach anybody who has the show.',
    next: 'A Wi-Fi for guests often keeps devices apart. Use another one, or mobile data. We keep trying.',
  },
  'link-invalid': {
    what: 'This link leads to no show.',
    next: 'Paste the whole link, or ask for it again.',
  },
  banned: {
    what: 'You were removed from this show',
    next: 'The host decided so. Other shows are open to you.',
  },
  'room-unavailable': {
    what: 'The chat did not load',
    next: 'The show goes on without it. Reload the page to talk along.',
  },
  'cannot-play': {
    what: 'This browser can’t play the show.',
    next: 'Open the link in a current Chrome, Edge, Firefox or Safari. On an iPhone it takes iOS 17.1 or newer. You can chat here all the same, and pass the show on.',
  },
  'storage-blocked': {
    what: 'This browser keeps nothing from one visit to the next, as in a private window.',
    next: 'Leave this page open during the show: once it is closed, the link changes.',
  },
  'recordings-blocked': {
    what: 'This browser keeps no recordings, as in a private window.',
    next: 'The show goes on all the same. To record one, open this page in an ordinary window.',
  },
  'recordings-newer': {
    what: 'A newer version of this page keeps the recordings now.',
    next: 'Reload this page after the show. Nothing that was recorded is lost.',
  },
  'recording-full': {
    what: 'There is no more room on this device, so the recording has ended.',
    next: 'The show goes on, and what was recorded is safe. Make room, and turn the recording on again.',
  },
  'recording-low': {
    what: 'There is room for less than half an hour of recording.',
    next: 'Make room on this device, or choose a lower quality. The show itself goes on in any case.',
  },
  'recording-slow': {
    what: 'This device can’t write fast enough, so the recording has ended.',
    next: 'The show goes on, and what was recorded is safe. Close other programs, and turn it on again.',
  },
  'recording-lost': {
    what: 'The recording was removed while it was being made.',
    next: 'The show goes on. Turn the recording on again to keep what comes next.',
  },
  'recording-elsewhere': {
    what: 'This show is being recorded in another tab, too.',
    next: 'Both recordings are kept. Close the other tab if you don’t need it.',
  },
  'recording-damaged': {
    what: 'A part of this recording can’t be read.',
    next: 'It was left out. Everything else is there.',
  },
  'past-busy': {
    what: 'The beginning of the show can’t be had just now.',
    next: 'The line is needed for the show as it is. Try again in a while, or watch it from the start when it is over.',
  },
  'recording-missing': {
    what: 'This recording is not on this device any more.',
    next: 'Look at the list: it may have been deleted in another tab.',
  },
  'download-failed': {
    what: 'The file could not be written.',
    next: 'Nothing is lost: the recording is still here. Go on with the download.',
  },
  'download-full': {
    what: 'There is no room for the file.',
    next: 'Make room on this device, and go on with the download. The recording is still here.',
  },
  'sound-not-converted': {
    what: 'The sound could not be converted here.',
    next: 'Turn off “Sound for every player” and download once more, or try another browser. The recording is still here.',
  },
};
