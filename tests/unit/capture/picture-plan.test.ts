import { describe, expect, it } from 'vitest';
import { fitPicture, videoCodecs } from '../../../src/adapters/capture/picture-plan.ts';

describe('fitPicture', () => {
  it.each([
    ['the wished height', { width: 1280, height: 720 }, 360, { width: 640, height: 360 }],
    ['portrait stays portrait', { width: 720, height: 1280 }, 360, { width: 360, height: 640 }],
    ['nothing is enlarged', { width: 640, height: 480 }, 720, { width: 640, height: 480 }],
    ['sides are even', { width: 1365, height: 767 }, 720, { width: 1280, height: 720 }],
    ['odd sources too', { width: 641, height: 481 }, 720, { width: 642, height: 482 }],
    ['a panorama keeps to the level', { width: 3440, height: 1440 }, 720, { width: 1280, height: 536 }],
  ])('%s', (_, source, wished, expected) => {
    expect(fitPicture(source, wished)).toEqual(expected);
  });
});

describe('videoCodecs', () => {
  it('begins with constrained baseline at the lowest level that carries the size', () => {
    expect(videoCodecs({ width: 1280, height: 720 })[0]).toBe('avc1.42E01F');
    expect(videoCodecs({ width: 1920, height: 1080 })[0]).toBe('avc1.42E028');
  });
});
