// The desk: a field that is always armed, a verdict that stays as long as it must, sounds, and undo while it lasts.
import "./scan.js";
import "./verdict.js";
import "./short.js";
import "./feed.js";
