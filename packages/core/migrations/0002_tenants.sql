-- Row-level security is the wall between merchants (L11): whatever a query forgets, the application's role sees
-- the rows of the merchants its transaction names, and none when it names none. The gate, which asks who a token
-- stands for and which merchants there are, sees those tables of everybody and no ledger.
GRANT USAGE ON SCHEMA "bincard" TO bincard_app, bincard_gate;--> statement-breakpoint
ALTER TABLE "bincard"."merchants" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bincard"."merchants" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, UPDATE ON "bincard"."merchants" TO bincard_app;--> statement-breakpoint
CREATE POLICY "of_its_merchants" ON "bincard"."merchants" TO bincard_app
	USING ("id" = ANY ((SELECT string_to_array(current_setting('bincard.merchants', true), ','))::text[]));--> statement-breakpoint
GRANT SELECT, INSERT ON "bincard"."merchants" TO bincard_gate;--> statement-breakpoint
CREATE POLICY "of_all_at_the_gate" ON "bincard"."merchants" TO bincard_gate USING (true);--> statement-breakpoint
ALTER TABLE "bincard"."applications" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bincard"."applications" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT ON "bincard"."applications" TO bincard_app;--> statement-breakpoint
CREATE POLICY "of_its_merchants" ON "bincard"."applications" TO bincard_app
	USING ("merchant_id" = ANY ((SELECT string_to_array(current_setting('bincard.merchants', true), ','))::text[]));--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "bincard"."applications" TO bincard_gate;--> statement-breakpoint
CREATE POLICY "of_all_at_the_gate" ON "bincard"."applications" TO bincard_gate USING (true);--> statement-breakpoint
ALTER TABLE "bincard"."tokens" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bincard"."tokens" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT ON "bincard"."tokens" TO bincard_app;--> statement-breakpoint
CREATE POLICY "of_its_merchants" ON "bincard"."tokens" FOR SELECT TO bincard_app
	USING ("merchant_id" = ANY ((SELECT string_to_array(current_setting('bincard.merchants', true), ','))::text[]));--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "bincard"."tokens" TO bincard_gate;--> statement-breakpoint
CREATE POLICY "of_all_at_the_gate" ON "bincard"."tokens" TO bincard_gate USING (true);--> statement-breakpoint
ALTER TABLE "bincard"."locations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bincard"."locations" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "bincard"."locations" TO bincard_app;--> statement-breakpoint
CREATE POLICY "of_its_merchants" ON "bincard"."locations" TO bincard_app
	USING ("merchant_id" = ANY ((SELECT string_to_array(current_setting('bincard.merchants', true), ','))::text[]));--> statement-breakpoint
GRANT INSERT ON "bincard"."locations" TO bincard_gate;--> statement-breakpoint
CREATE POLICY "first_of_a_merchant" ON "bincard"."locations" FOR INSERT TO bincard_gate WITH CHECK (true);--> statement-breakpoint
ALTER TABLE "bincard"."catalog_objects" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bincard"."catalog_objects" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "bincard"."catalog_objects" TO bincard_app;--> statement-breakpoint
CREATE POLICY "of_its_merchants" ON "bincard"."catalog_objects" TO bincard_app
	USING ("merchant_id" = ANY ((SELECT string_to_array(current_setting('bincard.merchants', true), ','))::text[]));--> statement-breakpoint
ALTER TABLE "bincard"."idempotency_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bincard"."idempotency_keys" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT ON "bincard"."idempotency_keys" TO bincard_app;--> statement-breakpoint
CREATE POLICY "of_its_merchants" ON "bincard"."idempotency_keys" TO bincard_app
	USING ("merchant_id" = ANY ((SELECT string_to_array(current_setting('bincard.merchants', true), ','))::text[]));--> statement-breakpoint
ALTER TABLE "bincard"."changes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bincard"."changes" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT ON "bincard"."changes" TO bincard_app;--> statement-breakpoint
CREATE POLICY "of_its_merchants" ON "bincard"."changes" TO bincard_app
	USING ("merchant_id" = ANY ((SELECT string_to_array(current_setting('bincard.merchants', true), ','))::text[]));--> statement-breakpoint
ALTER TABLE "bincard"."counts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bincard"."counts" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "bincard"."counts" TO bincard_app;--> statement-breakpoint
CREATE POLICY "of_its_merchants" ON "bincard"."counts" TO bincard_app
	USING ("merchant_id" = ANY ((SELECT string_to_array(current_setting('bincard.merchants', true), ','))::text[]));
