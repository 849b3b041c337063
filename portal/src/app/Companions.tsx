/** What goes with every screen of who is signed in, and is asked for by none: loaded after the sign-in. */
import { Leaving } from "../offline/Leaving";
import { StepUp } from "./StepUp";
import { Tour } from "./tour/Tour";

export default function Companions() {
  return (
    <>
      <StepUp />
      <Leaving />
      <Tour />
    </>
  );
}
