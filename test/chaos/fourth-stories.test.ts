import { holdStories } from "./hold-stories.js";

holdStories(751, 250);
