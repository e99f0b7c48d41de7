/** The Vietnamese words of the first screen: they travel in the first part of the document. */
export const landing = {
  welcome: 'Mời vào phòng khám',
  askFirst: 'Máy sẽ hỏi dùng camera và micro. Hãy bấm “Cho phép”.',
  join: 'VÀO KHÁM',
  voiceOnly: 'Chỉ dùng tiếng',
  joining: 'Đang vào phòng…',
} as const;
