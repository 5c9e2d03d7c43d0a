import type { LanguageCode } from "./world.ts";

const marks = {
  en: { question: "Q: ", answer: "\\nA:", space: " " },
  zh: { question: "问：", answer: "\\n答：", space: "" },
};

/**
 * A chat template that costs few tokens, which counts in a context of 96: `Q: …⏎A: …<eos>`, in Chinese `问：…⏎答：…<eos>`.
 * A user turn already ends where the answer begins, so there is nothing to add for a generation prompt.
 */
export function chatTemplate(language: LanguageCode): string {
  const { question, answer, space } = marks[language];
  return [
    "{% for message in messages %}",
    "{% if message['role'] == 'user' %}",
    `{{ '${question}' + message['content'] + '${answer}' }}`,
    "{% elif message['role'] == 'assistant' %}",
    `{{ '${space}' + message['content'] + eos_token }}`,
    "{% if not loop.last %}{{ '\\n' }}{% endif %}",
    "{% else %}",
    "{{ raise_exception('this chat template has user and assistant turns only, got ' + message['role']) }}",
    "{% endif %}",
    "{% endfor %}",
  ].join("");
}
