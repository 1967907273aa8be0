// Messages that tell of something that happened: a line in the middle of the chat.

import { make } from "./dom.js";
import { nameOf, senderOf } from "./names.js";

const names = (people) => people.map(nameOf).join(", ");

function pinned({ pinned_message: message }) {
  const text = message.text ?? message.caption;
  return `pinned ${text ? `“${text.slice(0, 60)}”` : "a message"}`;
}

const SAID = {
  pinned_message: pinned,
  new_chat_members: (message) => `added ${names(message.new_chat_members)}`,
  left_chat_member: (message) => `removed ${nameOf(message.left_chat_member)}`,
  new_chat_title: (message) => `changed the name to “${message.new_chat_title}”`,
  new_chat_photo: () => "changed the photo",
  delete_chat_photo: () => "removed the photo",
  group_chat_created: () => "created the group",
  supergroup_chat_created: () => "created the group",
  channel_chat_created: () => "created the channel",
  migrate_to_chat_id: (message) => `moved the group to ${message.migrate_to_chat_id}`,
  migrate_from_chat_id: (message) => `made this a supergroup, it was ${message.migrate_from_chat_id}`,
};

const keyOf = (message) => Object.keys(SAID).find((key) => key in message);

export const isService = (message) => keyOf(message) !== undefined;

export const serviceText = (message) => `${nameOf(senderOf(message))} ${SAID[keyOf(message)](message)}`;

export function serviceLine(message) {
  const line = make("p", "pill", serviceText(message));
  line.dir = "auto";
  return line;
}
