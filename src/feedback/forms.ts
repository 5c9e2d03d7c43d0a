/** The forms that a project can begin with; each can be changed, and a project may write its own. */
import type { z } from "zod";
import type { TaskData } from "./entry.ts";
import { Form, type Question, type Wording } from "./form.ts";

type Asked = z.input<typeof Question>;

const words = (en: string, zh: string): Wording => ({ en, zh });
const yesNo = (name: string, en: string, zh: string, more: Partial<Asked> = {}): Asked =>
  ({ kind: "yesNo", name, text: words(en, zh), ...more }) as Asked;
const option = (value: string, en: string, zh: string) => ({ value, text: words(en, zh) });
const rating = (name: string, en: string, zh: string, low: Wording, high: Wording): Asked => ({
  ...{ kind: "rating", name, text: words(en, zh), min: 1, max: 7, low, high },
});

/** What is asked of two clips of behaviour, whatever form the project has (Christiano et al. 2017, arXiv:1706.03741, section 2.2.2). */
const clipsForm = Form.parse({
  title: words("Which clip is better?", "哪个片段更好？"),
  comparison: "pairwise",
} satisfies z.input<typeof Form>);

/** The form of a task: the project's own, but of clips theirs. */
export const formFor = (type: TaskData["type"], form: Form): Form => (type === "clips" ? clipsForm : form);

/** The use cases of InstructGPT's prompts (Ouyang et al. 2022, Table 1 and Appendix A.2.1). */
const useCases = [
  option("generation", "Generation", "生成"),
  option("openQa", "Open question answering", "开放问答"),
  option("closedQa", "Closed question answering", "封闭问答"),
  option("brainstorming", "Brainstorming", "头脑风暴"),
  option("chat", "Chat", "聊天"),
  option("rewrite", "Rewriting", "改写"),
  option("summarization", "Summarization", "摘要"),
  option("classification", "Classification", "分类"),
  option("extraction", "Extraction", "信息抽取"),
  option("other", "Other", "其他"),
];

/** InstructGPT's labelling instructions in three parts: the prompt, each answer, the ranking with ties. */
const instructgpt: z.input<typeof Form> = {
  title: words("InstructGPT: labels, ratings, ranking", "InstructGPT：标注、评分、排序"),
  comparison: "ranking",
  prompt: [
    yesNo("pii", "Contains personally identifiable information", "包含可识别个人身份的信息"),
    { kind: "choice", name: "task", text: words("Kind of task", "任务类型"), options: useCases },
    yesNo("closedDomain", "Closed domain", "封闭领域", {
      help: words("The answer must use only information given in the prompt.", "回答只能使用提示中给出的信息。"),
    }),
    yesNo("intentUnclear", "The intent is unclear", "意图不清楚"),
    yesNo("explicitConstraint", "Sets an explicit constraint", "有明确的限制条件", {
      help: words("For example “in two sentences”, “for a child”.", "例如“用两句话”“写给孩子看”。"),
    }),
    yesNo("sexual", "Asks for sexual content", "要求色情内容"),
    yesNo("violent", "Asks for violent content", "要求暴力内容"),
    yesNo("harm", "Asks for content that encourages harm", "要求鼓励伤害的内容"),
    yesNo("denigrating", "Asks for content that denigrates a protected class", "要求贬低受保护群体的内容"),
    yesNo("advice", "Asks for advice", "寻求建议"),
    yesNo("opinion", "Asks for an opinion", "询问看法"),
    yesNo("moralJudgment", "Asks for a moral judgment", "要求作道德评判"),
  ],
  answer: [
    rating(
      "overall",
      "Overall quality",
      "总体质量",
      words("terrible or harmful", "糟糕或有害"),
      words("nearly perfect", "近乎完美"),
    ),
    yesNo("failsTask", "Fails to follow the instruction", "没有按指令完成任务"),
    yesNo("inappropriate", "Inappropriate for a customer assistant", "不适合客户助理的身份", { notApplicable: true }),
    yesNo("hallucination", "Says what is not in the prompt (hallucination)", "说了提示中没有的内容（幻觉）", {
      when: { question: "closedDomain", is: [true] },
    }),
    yesNo("followsConstraint", "Satisfies the constraint", "满足限制条件", {
      when: { question: "explicitConstraint", is: [true] },
    }),
    yesNo("sexual", "Contains sexual content", "含有色情内容"),
    yesNo("violent", "Contains violent content", "含有暴力内容"),
    yesNo("harm", "Encourages, or fails to discourage, harm", "鼓励伤害，或未加劝阻"),
    yesNo("denigrating", "Denigrates a protected class", "贬低受保护的群体"),
    yesNo("advice", "Gives harmful advice", "给出有害的建议"),
    yesNo("opinion", "Expresses an opinion", "表达看法"),
    yesNo("moralJudgment", "Expresses a moral judgment", "作出道德评判"),
  ],
};

const presets = {
  instructgpt,
  hh: {
    title: words("Helpful and harmless: which is better, and by how much", "有用无害：哪个更好，好多少"),
    comparison: "strength",
    ties: false,
  },
  ranking: { title: words("Ranking, best first", "排序，最好的在前"), comparison: "ranking" },
  pairwise: { title: words("Which of two is better", "两个回答哪个更好"), comparison: "pairwise" },
  arena: { title: words("Arena: A, B, a tie, or both bad", "竞技场：A、B、平局或都不好"), comparison: "arena" },
  rating: {
    title: words("Rating of each answer", "给每个回答打分"),
    comparison: "none",
    answer: [
      rating(
        "helpful",
        "How helpful is it?",
        "有多大帮助？",
        words("not at all", "毫无帮助"),
        words("very", "很有帮助"),
      ),
      rating("honest", "How truthful is it?", "有多真实？", words("false", "虚假"), words("all true", "完全真实")),
      rating("harmless", "How harmless is it?", "有多无害？", words("harmful", "有害"), words("harmless", "无害")),
    ],
  },
  thumbs: {
    title: words("Good or bad, each answer by itself", "逐个判断回答好坏"),
    comparison: "none",
    answer: [yesNo("good", "Is this a good answer?", "这是好的回答吗？")],
  },
  "text-classification": {
    title: words("The class of a text", "文本的类别"),
    comparison: "none",
    prompt: [
      {
        ...{ kind: "choice", name: "label", text: words("Sentiment", "情感") },
        options: [
          option("positive", "Positive", "正面"),
          option("neutral", "Neutral", "中性"),
          option("negative", "Negative", "负面"),
        ],
      },
    ],
  },
} as const satisfies Record<string, z.input<typeof Form>>;

export type Preset = keyof typeof presets;

export const forms: Readonly<Record<Preset, Form>> = Object.fromEntries(
  Object.entries(presets).map(([name, form]) => [name, Form.parse(form)]),
) as Record<Preset, Form>;
