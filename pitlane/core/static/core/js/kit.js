// Entry of the UI kit. Each module enhances what it finds and leaves pages usable without it.
import * as bulk from "./bulk.js";
import * as buttons from "./buttons.js";
import * as combo from "./combo.js";
import * as damage from "./damage.js";
import * as drawer from "./drawer.js";
import * as forms from "./forms.js";
import * as keys from "./keys.js";
import * as menu from "./menu.js";
import * as money from "./money-input.js";
import * as offline from "./offline.js";
import * as photos from "./photos.js";
import * as plate from "./plate-input.js";
import * as poll from "./poll.js";
import * as search from "./search.js";
import * as signature from "./signature.js";
import * as table from "./table.js";
import * as tabs from "./tabs.js";
import * as theme from "./theme.js";
import * as timer from "./timer.js";
import * as toast from "./toast.js";
import * as vin from "./vin-input.js";

const modules = [toast, theme, menu, combo, plate, vin, money, forms, drawer, search, table, bulk, tabs, keys, signature, damage, photos, poll, timer, buttons, offline];
const enhance = (root) => modules.forEach((module) => module.enhance(root));

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
document.addEventListener("pl:content", (event) => enhance(event.target));
