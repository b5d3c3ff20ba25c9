CREATE TABLE "bincard"."webhook_deliveries" (
	"merchant_id" text collate "C" NOT NULL,
	"id" text collate "C" NOT NULL,
	"subscription_id" text collate "C" NOT NULL,
	"event_type" text collate "C" NOT NULL,
	"state" text collate "C" NOT NULL,
	"first_position" bigint NOT NULL,
	"last_position" bigint NOT NULL,
	"part" integer NOT NULL,
	"counts" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"attempt_count" integer DEFAULT 0 NOT NULL,
	"is_retry" boolean DEFAULT false NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"attempts" jsonb DEFAULT '[]' NOT NULL,
	CONSTRAINT "webhook_deliveries_merchant_id_id_pk" PRIMARY KEY("merchant_id","id")
);
--> statement-breakpoint
CREATE TABLE "bincard"."webhook_subscriptions" (
	"merchant_id" text collate "C" NOT NULL,
	"id" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"is_enabled" boolean NOT NULL,
	"event_types" text[] NOT NULL,
	"notification_url" text collate "C" NOT NULL,
	"api_version" text collate "C",
	"signature_key" "bytea",
	"old_signature_key" "bytea",
	"key_rotated_at" timestamp with time zone,
	"position" bigint NOT NULL,
	"idempotency_key" text collate "C",
	"fingerprint" "bytea",
	"failing_since" timestamp with time zone,
	"lease" text collate "C",
	"leased_until" timestamp with time zone DEFAULT 'epoch' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "webhook_subscriptions_merchant_id_id_pk" PRIMARY KEY("merchant_id","id")
);
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "bincard"."webhook_deliveries" USING btree ("merchant_id","subscription_id","is_retry","next_attempt_at") WHERE state = 'PENDING';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_age" ON "bincard"."webhook_deliveries" USING btree ("merchant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_of_subscription" ON "bincard"."webhook_deliveries" USING btree ("merchant_id","subscription_id","created_at","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_state" ON "bincard"."webhook_deliveries" USING btree ("merchant_id","state","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_subscriptions_by_key" ON "bincard"."webhook_subscriptions" USING btree ("merchant_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "webhook_subscriptions_by_age" ON "bincard"."webhook_subscriptions" USING btree ("merchant_id","created_at","id");--> statement-breakpoint
-- The wall between merchants, as of every table (0002). Servers look for work across merchants as the gate, which
-- sees whose turn it is and nothing of what is sent, where to, or under which key.
ALTER TABLE "bincard"."webhook_subscriptions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bincard"."webhook_subscriptions" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "bincard"."webhook_subscriptions" TO bincard_app;--> statement-breakpoint
CREATE POLICY "of_its_merchants" ON "bincard"."webhook_subscriptions" TO bincard_app
	USING ("merchant_id" = ANY ((SELECT string_to_array(current_setting('bincard.merchants', true), ','))::text[]));--> statement-breakpoint
GRANT SELECT ("merchant_id", "id", "is_enabled", "position", "failing_since", "leased_until") ON "bincard"."webhook_subscriptions" TO bincard_gate;--> statement-breakpoint
CREATE POLICY "of_all_at_the_gate" ON "bincard"."webhook_subscriptions" FOR SELECT TO bincard_gate USING (true);--> statement-breakpoint
ALTER TABLE "bincard"."webhook_deliveries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bincard"."webhook_deliveries" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "bincard"."webhook_deliveries" TO bincard_app;--> statement-breakpoint
CREATE POLICY "of_its_merchants" ON "bincard"."webhook_deliveries" TO bincard_app
	USING ("merchant_id" = ANY ((SELECT string_to_array(current_setting('bincard.merchants', true), ','))::text[]));--> statement-breakpoint
GRANT SELECT ("merchant_id", "subscription_id", "state", "created_at", "is_retry", "next_attempt_at") ON "bincard"."webhook_deliveries" TO bincard_gate;--> statement-breakpoint
CREATE POLICY "of_all_at_the_gate" ON "bincard"."webhook_deliveries" FOR SELECT TO bincard_gate USING (true);--> statement-breakpoint
-- Subscriptions are updated in place at every turn: leave room in each page for the next version of its rows.
ALTER TABLE "bincard"."webhook_subscriptions" SET (fillfactor = 50);
