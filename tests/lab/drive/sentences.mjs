/** What is said in the lab: three people of a consultation, each with a voice of their own. Nobody's real words. */

/**
 * A greeting and the sentences are said over and over: together each is longer than the longest lag that is looked for,
 * or its own repetition would be taken for it.
 */

/** @typedef {{voice: string, pitch: number, speed: number, greeting: string[], sentences: string[]}} Part */

/** @type {Record<'practitioner' | 'patient' | 'interpreter', Part>} */
export const PARTS = {
  practitioner: {
    voice: 'vi+f3', pitch: 55, speed: 165,
    greeting: [
      'A lô, a lô, bác có nghe rõ tiếng của tôi không ạ?',
      'Chào bác, tôi là bác sĩ Lan ở bệnh viện tỉnh, tôi đang đợi bác đây.',
      'Bác cứ ngồi gần điện thoại, nói bình thường thôi, tôi nghe được.',
      'Nếu tiếng của tôi còn nhỏ thì bác bấm nút tăng âm lượng ở bên cạnh máy.',
      'Hình có thể hiện ra chậm một chút, không sao đâu, mình cứ nói chuyện trước đã.',
      'Bên cạnh bác có ai không, con cháu ở nhà có ngồi cùng với bác không?',
    ],
    sentences: [
      'Hôm nay bác thấy trong người thế nào?',
      'Bác đau ở chỗ nào, đau từ bao giờ, đau liên tục hay từng cơn?',
      'Bác đã uống thuốc huyết áp sáng nay chưa, uống mấy viên?',
      'Bác thử hít vào thật sâu, giữ lại một chút, rồi thở ra từ từ.',
      'Nhiệt độ đo lúc sáng là bao nhiêu, có lúc nào trên ba mươi tám độ không?',
      'Tôi sẽ kê cho bác đơn thuốc mới, mỗi ngày uống hai lần, sau bữa ăn.',
      'Tuần sau bác xuống trạm xá để cô y tá đo lại huyết áp cho bác nhé.',
      'Nếu đau tăng lên hoặc khó thở thì bác phải gọi cho chúng tôi ngay.',
    ],
  },
  patient: {
    voice: 'vi-vn-x-south+m2', pitch: 38, speed: 145,
    greeting: ['Dạ, a lô, tôi nghe đây bác sĩ ơi.', 'Ở đây sóng yếu lắm, không biết bác sĩ có nghe được không.'],
    sentences: [
      'Dạ, mấy hôm nay tôi đau đầu gối quá, đi lên nương không nổi.',
      'Đêm nằm không ngủ được, cứ trở mình là lại đau.',
      'Thuốc lần trước bác sĩ cho tôi uống hết rồi, còn lại có hai viên thôi.',
      'Sáng nay con gái tôi đo cho, nó bảo là một trăm bốn mươi trên chín mươi.',
      'Tôi không sốt, chỉ hơi mệt, ăn cơm không thấy ngon.',
      'Đường từ bản xuống trạm xá xa lắm, trời mưa thì không đi được.',
      'Vâng, tôi nhớ rồi, để tôi bảo cháu nó ghi lại cho khỏi quên.',
    ],
  },
  interpreter: {
    voice: 'vi-vn-x-central+f2', pitch: 70, speed: 175,
    greeting: ['Tôi là phiên dịch, tôi nghe được cả hai bên.'],
    sentences: [
      'Bà nói là bà đau đầu gối từ hôm qua, đau nhiều về đêm.',
      'Bác sĩ hỏi bà đã uống thuốc buổi sáng chưa?',
      'Bà bảo chưa uống, vì thuốc để ở nhà con trai dưới bản.',
      'Xin bác sĩ nói chậm lại một chút, bà nghe không kịp.',
      'Bà hỏi là uống thuốc này có được uống cùng nước chè không?',
      'Bác sĩ dặn bà giữ ấm chân, tối ngâm nước gừng cũng tốt.',
    ],
  },
};
