import { holdStories } from "./hold-stories.js";

holdStories(251, 250);
