CREATE SCHEMA IF NOT EXISTS "bincard";
--> statement-breakpoint
CREATE TABLE "bincard"."applications" (
	"merchant_id" text collate "C" NOT NULL,
	"id" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	CONSTRAINT "applications_merchant_id_id_pk" PRIMARY KEY("merchant_id","id")
);
--> statement-breakpoint
CREATE TABLE "bincard"."catalog_objects" (
	"merchant_id" text collate "C" NOT NULL,
	"id" text collate "C" NOT NULL,
	"type" text collate "C" NOT NULL,
	"item_id" text collate "C",
	"name" text collate "C" NOT NULL,
	"description" text collate "C",
	"sku" text collate "C",
	"upc" text collate "C",
	"extra" jsonb,
	"version" bigint NOT NULL,
	"is_deleted" boolean DEFAULT false NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "catalog_objects_merchant_id_id_pk" PRIMARY KEY("merchant_id","id"),
	CONSTRAINT "item_of_variation" CHECK ((type = 'ITEM_VARIATION') = (item_id is not null))
);
--> statement-breakpoint
CREATE TABLE "bincard"."changes" (
	"merchant_id" text collate "C" NOT NULL,
	"position" bigint NOT NULL,
	"type" text collate "C" NOT NULL,
	"catalog_object_id" text collate "C" NOT NULL,
	"location_id" text collate "C" NOT NULL,
	"to_location_id" text collate "C",
	"from_state" text collate "C",
	"to_state" text collate "C" NOT NULL,
	"quantity" numeric NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"application_id" text collate "C" NOT NULL,
	"reference_id" text collate "C",
	"employee_id" text collate "C",
	"team_member_id" text collate "C",
	CONSTRAINT "changes_merchant_id_position_pk" PRIMARY KEY("merchant_id","position"),
	CONSTRAINT "quantity_sign" CHECK (quantity > 0 or (type = 'PHYSICAL_COUNT' and quantity = 0)),
	CONSTRAINT "from_state_of_move" CHECK ((type = 'PHYSICAL_COUNT') = (from_state is null)),
	CONSTRAINT "two_locations_differ" CHECK (to_location_id is null or to_location_id <> location_id)
);
--> statement-breakpoint
CREATE TABLE "bincard"."counts" (
	"merchant_id" text collate "C" NOT NULL,
	"catalog_object_id" text collate "C" NOT NULL,
	"location_id" text collate "C" NOT NULL,
	"state" text collate "C" NOT NULL,
	"quantity" numeric NOT NULL,
	"counted_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	"calculated_at" timestamp with time zone NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "counts_merchant_id_catalog_object_id_location_id_state_pk" PRIMARY KEY("merchant_id","catalog_object_id","location_id","state")
);
--> statement-breakpoint
CREATE TABLE "bincard"."idempotency_keys" (
	"merchant_id" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"operation" text collate "C" NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"position" bigint NOT NULL,
	"change_count" integer NOT NULL,
	"answer" jsonb,
	"token_id" text collate "C" NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_merchant_id_key_pk" PRIMARY KEY("merchant_id","key")
);
--> statement-breakpoint
CREATE TABLE "bincard"."locations" (
	"merchant_id" text collate "C" NOT NULL,
	"id" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"description" text collate "C",
	"timezone" text collate "C",
	"status" text collate "C" NOT NULL,
	"extra" jsonb,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "locations_merchant_id_id_pk" PRIMARY KEY("merchant_id","id")
);
--> statement-breakpoint
CREATE TABLE "bincard"."merchants" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"name" text collate "C" NOT NULL,
	"position" bigint DEFAULT 0 NOT NULL,
	"received_at" timestamp with time zone DEFAULT 'epoch' NOT NULL,
	"catalog_version" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bincard"."tokens" (
	"merchant_id" text collate "C" NOT NULL,
	"id" text collate "C" NOT NULL,
	"application_id" text collate "C" NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "tokens_merchant_id_id_pk" PRIMARY KEY("merchant_id","id")
);
--> statement-breakpoint
CREATE INDEX "catalog_objects_by_item" ON "bincard"."catalog_objects" USING btree ("merchant_id","item_id");--> statement-breakpoint
CREATE INDEX "catalog_objects_by_sku" ON "bincard"."catalog_objects" USING btree ("merchant_id","sku");--> statement-breakpoint
CREATE INDEX "changes_in_time" ON "bincard"."changes" USING btree ("merchant_id","occurred_at","position");--> statement-breakpoint
CREATE INDEX "changes_of_key" ON "bincard"."changes" USING btree ("merchant_id","catalog_object_id","location_id","occurred_at","position");--> statement-breakpoint
CREATE INDEX "changes_arriving" ON "bincard"."changes" USING btree ("merchant_id","catalog_object_id","to_location_id","occurred_at","position") WHERE to_location_id is not null;--> statement-breakpoint
CREATE INDEX "changes_counting" ON "bincard"."changes" USING btree ("merchant_id","catalog_object_id","location_id","to_state","occurred_at","position") WHERE type = 'PHYSICAL_COUNT';--> statement-breakpoint
CREATE INDEX "counts_by_age" ON "bincard"."counts" USING btree ("merchant_id","calculated_at");--> statement-breakpoint
CREATE UNIQUE INDEX "locations_by_name" ON "bincard"."locations" USING btree ("merchant_id","name");--> statement-breakpoint
CREATE INDEX "locations_by_age" ON "bincard"."locations" USING btree ("merchant_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_by_secret" ON "bincard"."tokens" USING btree ("secret_hash");--> statement-breakpoint
-- Counts are updated in place all day: leave room in each page for the next version of its rows.
ALTER TABLE "bincard"."counts" SET (fillfactor = 80);
