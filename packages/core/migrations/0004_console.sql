CREATE TABLE "bincard"."console_codes" (
	"merchant_id" text collate "C" NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"token_id" text collate "C" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "console_codes_merchant_id_secret_hash_pk" PRIMARY KEY("merchant_id","secret_hash")
);
--> statement-breakpoint
CREATE TABLE "bincard"."console_sessions" (
	"merchant_id" text collate "C" NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"token_id" text collate "C" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone NOT NULL,
	CONSTRAINT "console_sessions_merchant_id_secret_hash_pk" PRIMARY KEY("merchant_id","secret_hash")
);
--> statement-breakpoint
CREATE INDEX "console_codes_of_token" ON "bincard"."console_codes" USING btree ("merchant_id","token_id","created_at");--> statement-breakpoint
CREATE INDEX "console_sessions_of_token" ON "bincard"."console_sessions" USING btree ("merchant_id","token_id","created_at");--> statement-breakpoint
ALTER TABLE "bincard"."console_codes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bincard"."console_codes" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON "bincard"."console_codes" TO bincard_app;--> statement-breakpoint
CREATE POLICY "of_its_merchants" ON "bincard"."console_codes" TO bincard_app
	USING ("merchant_id" = ANY ((SELECT string_to_array(current_setting('bincard.merchants', true), ','))::text[]));--> statement-breakpoint
ALTER TABLE "bincard"."console_sessions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "bincard"."console_sessions" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "bincard"."console_sessions" TO bincard_app;--> statement-breakpoint
CREATE POLICY "of_its_merchants" ON "bincard"."console_sessions" TO bincard_app
	USING ("merchant_id" = ANY ((SELECT string_to_array(current_setting('bincard.merchants', true), ','))::text[]));
