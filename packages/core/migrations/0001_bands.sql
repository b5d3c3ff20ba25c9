DROP INDEX "bincard"."counts_by_age";--> statement-breakpoint
ALTER TABLE "bincard"."counts" ADD COLUMN "band" bigint;--> statement-breakpoint
-- A count's batch is the one that was received when the count was calculated.
UPDATE "bincard"."counts" c SET "band" = b."last" / 4096
FROM (
	SELECT "merchant_id", "created_at", max("position") AS "last"
	FROM "bincard"."changes" GROUP BY "merchant_id", "created_at"
) b
WHERE b."merchant_id" = c."merchant_id" AND b."created_at" = c."calculated_at";--> statement-breakpoint
ALTER TABLE "bincard"."counts" ALTER COLUMN "band" SET NOT NULL;--> statement-breakpoint
CREATE INDEX "counts_by_band" ON "bincard"."counts" USING btree ("merchant_id","band");
