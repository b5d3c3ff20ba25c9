-- What the last group was called by whoever sent it. A group sent behind another goes in only on top of that one.
ALTER TABLE "bincard"."merchants" ADD COLUMN "mark" bigint DEFAULT 0 NOT NULL;
