/** What is predicted of a check of whole IP stacks: its value, and the sentences of the rules it rests on. */
export interface StacksPrediction {
  readonly value: string;
  readonly rule: string;
}
