// Is what a build will cost told beside what it may cost, project by project?

import { expect, test } from "vitest";
import { forecastLines, forecastObject } from "../../src/report/forecast-text.ts";

test("each project that has paid work is told with its own budget, and an unknown price is no price", () => {
  const projects = [
    { id: "shop", tasks: 3, plans: 1, usd: 1.2, budgetUsd: 1, readers: { tasks: 2, usd: 0.3 } },
    { id: "till", tasks: 1, plans: 0, usd: null, budgetUsd: 0, readers: { tasks: 0, usd: 0 } },
    { id: "free", tasks: 2, plans: 0, usd: 0.5, budgetUsd: null, readers: { tasks: 1, usd: null } },
  ];
  const forecast = { usd: null, budgetUsd: 5, projects };
  expect(forecastLines(forecast)).toEqual([
    "expected cost: unknown, of a budget of $5.00",
    "  shop/  3 tasks to draft, 1 feature to plan: about $1.20, of a budget of $1.00, which is not enough; 2 tasks more if what they read changes: about $0.30",
    "  till/  1 task to draft: unknown, of a budget of $0.00",
    "  free/  2 tasks to draft: about $0.50; 1 task more if what they read changes: unknown",
  ]);
  expect(forecastObject(forecast)).toMatchObject({
    usd: null,
    budget_usd: 5,
    projects: [
      { id: "shop", tasks: 3, plans: 1, usd: 1.2, budget_usd: 1, readers: { tasks: 2, usd: 0.3 } },
      {},
      {},
    ],
  });
  expect(forecastLines({ usd: 0, budgetUsd: 5, projects: [] })).toEqual([]);
});
