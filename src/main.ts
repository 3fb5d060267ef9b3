import { createVerification } from './adapters/keys/verification.ts';
import { keepOfflineCopy } from './adapters/offline/offline-copy.ts';
import { openDoors } from './adapters/peerjs-doors.ts';
import { openLink } from './adapters/simple-peer-link.ts';
import { loadSiteConfig } from './adapters/site-config.ts';
import { steadyClock } from './adapters/steady-clock.ts';
import { textPacker } from './adapters/text-packer.ts';
import type { MeshNodePorts } from './app/mesh-node.ts';
import { type ProblemCode, ProblemError } from './app/problem.ts';
import type { PlayableFilm } from './app/recordings/film.ts';
import type { RecordingPorts } from './app/recordings/recording.ts';
import type { SoundConversion } from './app/recordings/sound-conversion.ts';
import type { EnterRoom } from './app/room.ts';
import type { NearbyShows } from './app/nearby.ts';
import type { Platform } from './app/sessions.ts';
import type { PeerId } from './core/messages.ts';
import { persistently, persistentlyOrAnew } from './state/persistently.ts';
import { mountApp } from './ui/mount.ts';

/** The one place where adapters meet the app. What only hosts or only viewers need is loaded when they come. */
const config = loadSiteConfig();

async function meshPorts(): Promise<MeshNodePorts> {
  const site = await config;
  return {
    openDoors: openDoors(site.brokers),
    openLink: openLink(site.iceServers, site.ownAddresses),
    verification: createVerification(),
    clock: steadyClock,
    random: Math.random,
  };
}

const enterRoom: EnterRoom = async (show) => {
  const [{ openCarrier }, { ownPerson }, { peopleList }, site] = await persistently(() =>
    Promise.all([
      import('./adapters/room/y-webrtc-carrier.ts'),
      import('./adapters/keys/person-keys.ts'),
      import('./adapters/room/people-list.ts'),
      config,
    ]),
  );
  return {
    person: await ownPerson(show),
    openCarrier: openCarrier(site.iceServers, site.ownAddresses),
    smallPicture: async (file, mostBytes) =>
      (await persistently(() => import('./adapters/room/small-picture.ts'))).smallPicture(file, mostBytes),
    ignored: peopleList('ignored'),
    known: peopleList('known'),
  };
};

/** Recordings of this device, for studio and library. */
async function recordings(): Promise<RecordingPorts> {
  const [{ createRecordingStore }, { storageRoom }] = await Promise.all([
    import('./adapters/recordings/recording-store.ts'),
    import('./adapters/recordings/storage-room.ts'),
  ]);
  return { store: createRecordingStore(), room: storageRoom };
}

/** `crypto.getRandomValues` is there on insecure pages too, unlike `randomUUID`. */
function newPeerId(): PeerId {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

let nearby: Promise<NearbyShows> | null = null;
const nearbyShows = (): Promise<NearbyShows> => (nearby ??= openNearbyShows());

async function openNearbyShows(): Promise<NearbyShows> {
  const [{ createShowList }, { readShows }] = await persistently(() =>
    Promise.all([import('./adapters/show-list.ts'), import('./app/nearby.ts')]),
  );
  const list = createShowList(config.then(({ listsShows }) => listsShows));
  return { list: async () => readShows(await list.read()), tell: (...show) => list.tell(...show) };
}

const platform: Platform = {
  siteUrl: config.then(({ siteUrl }) => siteUrl),
  secureUrl: config.then(({ offersHttps }) =>
    offersHttps && !isSecureContext ? `https://${location.host}${location.pathname}` : null,
  ),
  nearby: {
    list: async () => (await nearbyShows()).list(),
    tell: async (...show) => (await nearbyShows()).tell(...show),
  },
  async openStudio(options) {
    const [{ Studio }, { createCaptureDesk }, { createShowKeys }, { createShowMemory }, kept, common] =
      await persistentlyOrAnew(() =>
        Promise.all([
          import('./app/studio-session.ts'),
          import('./adapters/capture/capture-desk.ts'),
          import('./adapters/keys/show-keys.ts'),
          import('./adapters/show-memory.ts'),
          recordings(),
          meshPorts(),
        ]),
      );
    const own = {
      enterRoom,
      packer: textPacker,
      desk: createCaptureDesk(),
      keys: createShowKeys(),
      memory: createShowMemory(),
      recordings: kept,
    };
    const studio = { ...common, ...own, version: __VERSION__ };
    return new Studio(studio, newPeerId(), options);
  },
  async openWatch(streamId, stage, limits, sinceEpochS) {
    const [{ Watching }, { createStagePlayer }, { canPlay }, common] = await persistentlyOrAnew(() =>
      Promise.all([
        import('./app/watch-session.ts'),
        import('./adapters/player/stage-player.ts'),
        import('./adapters/player/media-source.ts'),
        meshPorts(),
      ]),
    );
    const watch = {
      ...common,
      enterRoom,
      packer: textPacker,
      player: createStagePlayer(stage),
      give: async (fileName: string, content: Blob) =>
        (await persistently(() => import('./adapters/recordings/file-sinks.ts'))).fileSinks.give(fileName, content),
      openFilm: async (film: PlayableFilm, onProblem: (code: ProblemCode) => void, video = stage) => {
        const { openFilmPlayer } = await persistently(() => import('./adapters/recordings/film-player.ts'));
        return openFilmPlayer(film, video, onProblem);
      },
      canPlay,
      isOnline: () => navigator.onLine,
      version: __VERSION__,
    };
    return new Watching(watch, { streamId, peerId: newPeerId(), limits, sinceEpochS });
  },
  async openLibrary() {
    const [{ Library }, { fileSinks: sinks }, { showPicture }, { openFilmPlayer }, kept] = await persistentlyOrAnew(
      () =>
        Promise.all([
          import('./app/recordings/library.ts'),
          import('./adapters/recordings/file-sinks.ts'),
          import('./adapters/recordings/show-picture.ts'),
          import('./adapters/recordings/film-player.ts'),
          recordings(),
        ]),
    );
    const convertSound = async (): Promise<SoundConversion> => {
      const { convertToAac } = await persistently(() => import('./adapters/recordings/aac-sound.ts')).catch(
        (cause: unknown) => {
          throw new ProblemError('sound-not-converted', { cause });
        },
      );
      return convertToAac();
    };
    return new Library({ ...kept, sinks, showPicture, openFilmPlayer, convertSound, clock: steadyClock });
  },
};

const target = document.querySelector<HTMLElement>('#app');
if (target) mountApp(target, platform);
keepOfflineCopy();
