// Timers of a hidden page run once a second; those of a worker go on.
addEventListener('message', ({ data }: MessageEvent<number>) => {
  setInterval(() => postMessage(null), data);
});
