import { holdStories } from "./hold-stories.js";

holdStories(1, 60, "dense");
