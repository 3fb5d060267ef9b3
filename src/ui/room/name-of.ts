import type { Person } from '../../app/room-view.ts';
import { tagOf } from '../../state/portrait.ts';
import type { Messages } from '../messages/index.ts';

/** What to call somebody: the chosen name, else a guest told apart by the key. */
export const nameOf = ({ id, name }: Person, words: Messages['room']): string => name || words.guest(tagOf(id));
