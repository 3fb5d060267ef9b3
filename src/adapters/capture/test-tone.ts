/** A gentle open chord, Hz: A3, E4, A4. */
const CHORD = [220, 329.63, 440];
/** Loudest point of the swell, share of full scale. Chosen: clearly there, never startling. */
const PEAK = 0.06;
const REST = 0.015;

/** A soft chord that swells once a second. */
export function startTestTone(context: AudioContext): { readonly output: AudioNode; stop(): void } {
  const output = new GainNode(context, { gain: (PEAK + REST) / 2 });
  const swell = new OscillatorNode(context, { frequency: 1 });
  const depth = new GainNode(context, { gain: (PEAK - REST) / 2 });
  swell.connect(depth).connect(output.gain);
  const voices = CHORD.map((frequency) => new OscillatorNode(context, { frequency }));
  for (const voice of voices) voice.connect(output);
  const all = [swell, ...voices];
  for (const oscillator of all) oscillator.start();
  return {
    output,
    stop: () => {
      for (const oscillator of all) oscillator.stop();
      output.disconnect();
    },
  };
}
