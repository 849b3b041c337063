// Styles first: what a component's own stylesheet says goes before what stands here.
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/print.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { showLook } from "./app/look";
import { startWorker } from "./app/UpdatePrompt";

showLook();
const place = document.getElementById("app");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
startWorker();
