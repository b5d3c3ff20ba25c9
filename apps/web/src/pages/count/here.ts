/** The location that is counted. */
export interface Here {
  readonly id: string;
  readonly name: string;
}
