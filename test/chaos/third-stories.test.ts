import { holdStories } from "./hold-stories.js";

holdStories(501, 250);
