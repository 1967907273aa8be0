// What the page knows: chats and people by id, the open chat, and who writes there.

export const state = {
  chats: new Map(),
  users: new Map(),
  open: null,      // the id of the open chat
  writers: new Map(),  // who writes, by chat
  reply: null,     // the message that the draft answers
  edit: null,      // the message that the draft replaces
};

export const openChat = () => state.chats.get(state.open);

// Whose side of the chat is shown: in a private chat there is only one.
export function writer() {
  const chat = openChat();
  if (chat?.type === "private") return chat.id;
  return state.writers.get(state.open) ?? state.users.keys().next().value;
}
