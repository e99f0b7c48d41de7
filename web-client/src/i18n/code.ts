/** The words of the page that takes a code, in every language: too few for a file each. */
import type { Language } from './words.ts';

const vi = {
  title: 'Vào khám bằng mã',
  how: 'Gõ tám số mà phòng khám đọc qua điện thoại.',
  label: 'Mã tám số',
  enter: 'VÀO KHÁM',
  asking: 'Đang tìm buổi hẹn…',
  short: 'Mã có tám số. Xem lại còn thiếu số nào.',
  wrong: 'Mã này không dùng được. Xem lại từng số, hoặc gọi phòng khám.',
  often: 'Đã thử quá nhiều lần. Đợi {minutes} phút rồi thử lại, hoặc gọi phòng khám.',
  away: 'Chưa tới được phòng khám. Xem máy có mạng không rồi thử lại.',
};

export type CodeWords = typeof vi;

export const codeWords: Readonly<Record<Language, CodeWords>> = {
  vi,
  en: {
    title: 'Come in with a code',
    how: 'Type the eight digits that the clinic reads to you on the telephone.',
    label: 'Code of eight digits',
    enter: 'COME IN',
    asking: 'Looking for your appointment…',
    short: 'A code has eight digits. See which one is missing.',
    wrong: 'This code does not work. Look at each digit again, or call the clinic.',
    often: 'Tried too many times. Wait {minutes} min, then try again, or call the clinic.',
    away: 'The clinic cannot be reached yet. Check that your device is online, then try again.',
  },
  ko: {
    title: '코드로 들어가기',
    how: '병원에서 전화로 불러 드린 여덟 자리 숫자를 입력하세요.',
    label: '여덟 자리 코드',
    enter: '들어가기',
    asking: '예약을 찾는 중…',
    short: '코드는 여덟 자리입니다. 빠진 숫자를 확인하세요.',
    wrong: '쓸 수 없는 코드입니다. 숫자를 하나씩 다시 보거나 병원에 전화하세요.',
    often: '너무 여러 번 시도했습니다. {minutes}분 뒤에 다시 시도하거나 병원에 전화하세요.',
    away: '아직 병원에 연결되지 않습니다. 인터넷을 확인한 뒤 다시 시도해 주세요.',
  },
};
