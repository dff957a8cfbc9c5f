import { dayNumber } from "./calendar-date.js";
import type { YearlyDay } from "./holiday-rules.js";

// Dates of the lunisolar calendar and of one solar term, as month x 100 + day; no formula of the Gregorian year gives
// them. Months and terms as the Hong Kong Observatory publishes them.
const FESTIVALS: Readonly<Record<number, readonly [number, number, number, number, number, number]>> = {
  // Lunar New Year (1/1), Ching Ming (solar term), Buddha (8th of the 4th), Tuen Ng (5/5), Mid-Autumn (15th of the 8th), Chung Yeung (9/9)
  1990: [127, 405, 502, 528, 1003, 1026],
  1991: [215, 405, 521, 616, 922, 1016],
  1992: [204, 404, 510, 605, 911, 1004],
  1993: [123, 405, 528, 624, 930, 1023],
  1994: [210, 405, 518, 613, 920, 1013],
  1995: [131, 405, 507, 602, 909, 1101],
  1996: [219, 404, 524, 620, 927, 1020],
  1997: [207, 405, 514, 609, 916, 1010],
  1998: [128, 405, 503, 530, 1005, 1028],
  1999: [216, 405, 522, 618, 924, 1017],
  2000: [205, 404, 511, 606, 912, 1006],
  2001: [124, 405, 430, 625, 1001, 1025],
  2002: [212, 405, 519, 615, 921, 1014],
  2003: [201, 405, 508, 604, 911, 1004],
  2004: [122, 404, 526, 622, 928, 1022],
  2005: [209, 405, 515, 611, 918, 1011],
  2006: [129, 405, 505, 531, 1006, 1030],
  2007: [218, 405, 524, 619, 925, 1019],
  2008: [207, 404, 512, 608, 914, 1007],
  2009: [126, 404, 502, 528, 1003, 1026],
  2010: [214, 405, 521, 616, 922, 1016],
  2011: [203, 405, 510, 606, 912, 1005],
  2012: [123, 404, 428, 623, 930, 1023],
  2013: [210, 404, 517, 612, 919, 1013],
  2014: [131, 405, 506, 602, 908, 1002],
  2015: [219, 405, 525, 620, 927, 1021],
  2016: [208, 404, 514, 609, 915, 1009],
  2017: [128, 404, 503, 530, 1004, 1028],
  2018: [216, 405, 522, 618, 924, 1017],
  2019: [205, 405, 512, 607, 913, 1007],
  2020: [125, 404, 430, 625, 1001, 1025],
  2021: [212, 404, 519, 614, 921, 1014],
  2022: [201, 405, 508, 603, 910, 1004],
  2023: [122, 405, 526, 622, 929, 1023],
  2024: [210, 404, 515, 610, 917, 1011],
  2025: [129, 404, 505, 531, 1006, 1029],
  2026: [217, 405, 524, 619, 925, 1018],
  2027: [206, 405, 513, 609, 915, 1008],
};

export const LUNAR_NEW_YEAR: YearlyDay = festival(0);
export const CHING_MING: YearlyDay = festival(1);
export const BUDDHAS_BIRTHDAY: YearlyDay = festival(2);
export const TUEN_NG: YearlyDay = festival(3);
export const MID_AUTUMN: YearlyDay = festival(4);
export const CHUNG_YEUNG: YearlyDay = festival(5);

function festival(column: number): YearlyDay {
  return (year) => {
    const date = FESTIVALS[year]?.[column];
    return date === undefined ? Number.NaN : dayNumber(year, Math.floor(date / 100), date % 100);
  };
}
