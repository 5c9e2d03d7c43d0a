/** What the report itself says; titles, labels and texts are its caller's. */
export interface Words {
  readonly tableView: string;
  readonly noData: string;
  readonly leftAxis: string;
  readonly rightAxis: string;
  readonly value: string;
  readonly low: string;
  readonly high: string;
  /** Under a chart whose lines are running means. */
  readonly smoothed: string;
  /** Tokens whose number is above or below zero. */
  readonly above: string;
  readonly below: string;
}

export type Language = "en" | "zh";

export const wordsOf: { readonly [L in Language]: Words } = {
  en: {
    tableView: "Table view",
    noData: "No data.",
    leftAxis: "left",
    rightAxis: "right",
    value: "value",
    low: "lower end",
    high: "upper end",
    smoothed: "Faint: every point. Strong: running mean over a twentieth of them.",
    above: "above 0",
    below: "below 0",
  },
  zh: {
    tableView: "查看表格",
    noData: "没有数据。",
    leftAxis: "左轴",
    rightAxis: "右轴",
    value: "数值",
    low: "下限",
    high: "上限",
    smoothed: "浅色：每个数据点；深色：滑动平均（窗口为全部点数的二十分之一）。",
    above: "大于 0",
    below: "小于 0",
  },
};
